"""The settings of a training run, with their limits: everything a run needs to be repeated, but for its data."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from gptcore.fields import About, Settings
from gptcore.train.schedule import Decay

Precision = Literal["auto", "float32", "bfloat16"]
Optimizer = Literal["adam", "sgd"]

_DEVICE = r"auto|(cpu|mps)(:0)?|cuda(:\d{1,4})?"
DEVICES = "auto, cpu, cuda, cuda:N or mps"
"""What a device may be called."""
_MANY = 100_000_000


@dataclass(frozen=True)
class TrainSettings(Settings):
    """How a model is trained. Defaults are the paper's for pre-training, where it names one."""

    NOUN: ClassVar[str] = "a training run"

    steps: Annotated[int, About("optimiser updates", ge=1, le=_MANY, label="Updates")]
    batch_size: Annotated[
        int, About("rows per update, over all processes together", ge=1, le=65_536, label="Rows per update")
    ] = 64
    learning_rate: Annotated[float, About("the schedule's peak", gt=0, le=10)] = 2.5e-4
    warmup: Annotated[int, About("updates until the peak", ge=0, le=_MANY, label="Warm-up updates")] = 2_000
    decay: Annotated[
        Decay, About("how the rate falls after its peak: the paper pre-trains with cosine", label="Schedule")
    ] = "cosine"
    optimizer: Annotated[
        Optimizer, About("adam, as in the paper, or sgd to see what Adam is for", label="Optimiser")
    ] = "adam"
    weight_decay: Annotated[float, About("pulls weight matrices and embeddings towards 0", ge=0, le=10)] = 0.01
    beta2: Annotated[
        float,
        About("how slowly Adam forgets squared gradients: the larger a batch, the lower", ge=0, lt=1, label="Beta 2"),
    ] = 0.999
    clip: Annotated[
        float,
        About(
            "longest gradient, as one vector's norm; not in the paper, 1 in OpenAI's code for fine-tuning", gt=0, le=1e6
        ),
    ] = 1.0
    seed: Annotated[int, About("of initial weights, the order of the data and dropout", ge=0, le=2**63 - 1)] = 0
    device: Annotated[
        str,
        About(f"{DEVICES}; auto takes a GPU where there is one", pattern=_DEVICE, says=DEVICES),
    ] = "auto"
    precision: Annotated[
        Precision, About("of matrix products; auto takes bfloat16 where the hardware multiplies it")
    ] = "auto"
    threads: Annotated[
        int | None,
        About(
            "CPU threads, kept with the run, for sums in another order round differently; all cores without it",
            ge=1,
            le=1_024,
        ),
    ] = None
    compile: Annotated[bool, About("torch.compile the step, on a GPU: a minute's wait, then faster")] = False
    log_every: Annotated[int, About("updates between two lines of its metrics", ge=1, le=1_000_000)] = 10
    validate_every: Annotated[int, About("updates between two looks at the validation data", ge=1, le=_MANY)] = 500
    save_every: Annotated[int, About("updates between two states to resume from", ge=1, le=_MANY)] = 500
    time_limit: Annotated[
        float | None,
        About("stop after so many seconds, to go on with --resume", gt=0, le=1e9, metavar="SECONDS"),
    ] = None
