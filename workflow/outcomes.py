"""How an action answers: it was done, or it was refused with a sentence a cadre understands."""

from dataclasses import dataclass, field


class StepRefused(Exception):
    """The rule says no. `str(error)` is one Chinese sentence: what, why, remedy."""


@dataclass
class BatchOutcome:
    """What became of each case of a batch; `refused` pairs the case with the reason."""

    done: list = field(default_factory=list)
    refused: list = field(default_factory=list)

    @property
    def summary(self) -> str:
        """`已办理 12 户，3 户未办理`."""
        text = f"已办理 {len(self.done)} 户"
        return f"{text}，{len(self.refused)} 户未办理" if self.refused else text
