"""Plain sentences of our own to start from, each with an answer that nobody would dispute."""

from gptcore.tasks.examples import Example, Kind

_SENTIMENT = (
    Example(("I loved this film: it is funny, warm and beautifully acted.",), "positive"),
    Example(("A dull, clumsy film that wastes two hours of your life.",), "negative"),
    Example(("The whole family laughed from beginning to end.",), "positive"),
    Example(("The story makes no sense and the jokes are terrible.",), "negative"),
    Example(("A charming and clever comedy with a wonderful cast.",), "positive"),
    Example(("I have never been so bored in a cinema.",), "negative"),
    Example(("It is not a bad film at all; I enjoyed every minute.",), "positive"),
    Example(("It could have been great, but it is only loud and stupid.",), "negative"),
    Example(("One of the best films of the year, moving and full of life.",), "positive"),
    Example(("The acting is wooden and the ending is a mess.",), "negative"),
)
_ACCEPTABLE = (
    Example(("The children are playing in the garden.",), "acceptable"),
    Example(("The children is playing in the garden.",), "unacceptable"),
    Example(("She gave the book to her brother.",), "acceptable"),
    Example(("She gave to the book her brother the.",), "unacceptable"),
    Example(("Who did you meet at the station?",), "acceptable"),
    Example(("Who did you met at station the?",), "unacceptable"),
    Example(("The dog that barked woke the baby.",), "acceptable"),
    Example(("The dog that barked it woke baby the.",), "unacceptable"),
)
_ENTAILMENT = (
    Example(("A man is playing a guitar on stage.", "A man is playing music."), "entailment"),
    Example(("A man is playing a guitar on stage.", "The man is asleep in bed."), "contradiction"),
    Example(("A man is playing a guitar on stage.", "The man is playing his own song."), "neutral"),
    Example(("Two girls are running along the beach.", "Some children are outdoors."), "entailment"),
    Example(("Two girls are running along the beach.", "Two girls are sitting in a classroom."), "contradiction"),
    Example(("Two girls are running along the beach.", "The girls are sisters."), "neutral"),
    Example(("A brown dog jumps into a lake.", "An animal is getting wet."), "entailment"),
    Example(("A brown dog jumps into a lake.", "There is no dog."), "contradiction"),
    Example(("A brown dog jumps into a lake.", "The dog is chasing a duck."), "neutral"),
)
_SIMILARITY = (
    Example(("A woman is slicing an onion.", "A woman is cutting an onion."), 5.0),
    Example(("A woman is slicing an onion.", "Two planes are flying over the sea."), 0.0),
    Example(("A boy is riding a bicycle.", "A boy rides a bike."), 5.0),
    Example(("The shop opens at nine tomorrow.", "A cat is asleep on the roof."), 0.0),
    Example(("The train was late because of the snow.", "Because of the snow, the train was late."), 5.0),
    Example(("A girl is singing a song.", "The price of oil fell on Monday."), 0.0),
    Example(("He bought a new car last week.", "Last week he bought a new car."), 5.0),
    Example(("A baby is laughing.", "The soldiers crossed the river at night."), 0.0),
)
_CHOICES = (
    Example(
        (
            "Tom put his red ball into the basket and went out to play. Where is the red ball?",
            *("in the basket", "under the bed", "on the roof", "in the river"),
        ),
        0,
    ),
    Example(
        (
            "Anna baked a cake for her grandmother. Her brother only washed the plates. Who baked the cake?",
            *("her brother", "Anna", "her grandmother", "the baker"),
        ),
        1,
    ),
    Example(
        (
            "It rained all day, so the children could not go to the beach and played at home. "
            "Why did the children play at home?",
            *("they were ill", "they had no toys", "it rained all day", "the house was new"),
        ),
        2,
    ),
    Example(
        (
            "The old fisherman had a boat, a net and a grey cat. Every evening he gave the cat a fish. "
            "What did the cat get every evening?",
            *("a net", "some milk", "a boat", "a fish"),
        ),
        3,
    ),
    Example(
        (
            "The king had three daughters. The youngest found a golden key in the garden. What did the youngest find?",
            *("a golden key", "a crown", "a white horse", "a letter"),
        ),
        0,
    ),
    Example(
        (
            "Ben was afraid of the dark, so his mother left a small lamp on. What was Ben afraid of?",
            *("the lamp", "the dark", "his mother", "the dog"),
        ),
        1,
    ),
    Example(
        (
            "The mouse ran into a hole in the wall, and the cat had to go home hungry. Where did the mouse run?",
            *("up a tree", "into the kitchen", "into a hole in the wall", "under a hat"),
        ),
        2,
    ),
    Example(
        (
            "Lucy lost her blue hat on the train. A kind guard brought it back to her. Who brought the hat back?",
            *("her sister", "a teacher", "a little boy", "a kind guard"),
        ),
        3,
    ),
)

EVERYDAY: dict[Kind, tuple[tuple[Example, ...], ...]] = {
    "classification": (_SENTIMENT, _ACCEPTABLE),
    "entailment": (_ENTAILMENT,),
    "similarity": (_SIMILARITY,),
    "multiple_choice": (_CHOICES,),
}
"""Sets of our own by kind of task; the answers of one set are balanced."""
