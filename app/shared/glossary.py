"""Field words in one plain sentence each: the help that appears on hover."""

GLOSSARY = {
    "token": "A piece of text with its own number: often a word with the space before it, sometimes a part of one.",
    "id": "The token's row number in the vocabulary; all the model ever sees of your text.",
    "surprisal": "How unlikely the model found a token: minus the log of its probability. 1 bit is a coin toss.",
    "rank": "The token's place when the vocabulary is sorted by probability; 1 is the model's favourite.",
    "perplexity": "The model was as unsure as if it had to choose among this many equally likely tokens each time.",
    "layer": "One of the blocks a token's vector passes, one after the other; layer 1 is the first.",
    "head": "One of several attention patterns that a layer computes side by side.",
    "attention": "For each token, how it divides a weight of 1 over itself and the tokens before it.",
    "position": "Which token of your text the lenses show. A click on a token selects it.",
    "temperature": "Logits are divided by it before the softmax: below 1 the favourites gain, above 1 the rest do. "
    "At 0 the likeliest token is certain.",
    "top_k": "Only the k likeliest tokens can be drawn; 0 switches this off.",
    "top_p": "Of what is left, only the fewest tokens that together reach this probability; 1 switches it off.",
    "seed": "Where the random numbers start. The same seed draws the same token.",
    "untrained": "The same model before any learning, with the random weights that training starts from: what comes "
    "from the architecture alone.",
    "model": "A GPT. Those that ship were pre-trained by this project's own code; each one's card says on what, for "
    "how long and how well.",
    "checkpoint": "The model as it was after so many updates. Drag to watch it learn on your own text.",
    "merge": "BPE starts from single characters and joins the pair that was learnt first, again and again.",
    "logit": "The raw score of a token before the softmax: the product of the last vector with the token's embedding.",
    "cosine": "How alike two vectors are, whatever their lengths: 1 if they point the same way, 0 at a right angle, -1 "
    "if they are opposed.",
    "neuron": "One of the numbers inside a block's feed-forward network, after its activation function.",
    "embedding": "The learnt vector that stands for a token.",
}
