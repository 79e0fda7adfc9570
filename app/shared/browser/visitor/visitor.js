// Keeps an anonymous id for a year, for this address only.

export default function ({ data }) {
  document.cookie = `${data.cookie}=${data.id}; path=/; max-age=31536000; SameSite=Strict`;
}
