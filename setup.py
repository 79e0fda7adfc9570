"""What pyproject.toml has no words for: the packages to install are those found here, and assets/ as a part of gptcore.

The package of the pages is called `app` once it is installed, too: that is the name it imports itself by.
"""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["app", "app.*", "gptcore", "gptcore.*"]), "gptcore.assets"],
    package_dir={"gptcore.assets": "assets"},
    package_data={"gptcore.assets": ["**/*"], "app": [".streamlit/*", "**/*.js", "**/*.css"]},
)
