"""What a month costs a person's hand: clicks and keys are actions, words typed are counted apart."""

import re
import weakref
from dataclasses import dataclass

# The pace of somebody of 55: 2.5 s to find and hit a thing, 4 s to look a new page over, 1.5 s a character.
SECONDS_AN_ACTION, SECONDS_A_PAGE, SECONDS_A_CHARACTER = 2.5, 4, 1.5

WORD = re.compile(r"[一-鿿]|[^\W一-鿿]+(?:[.:-]\w+)*")


@dataclass
class Effort:
    """Counted since the page was opened, or since the last `begin`."""

    clicks: int = 0
    keys: int = 0
    words: int = 0  # a Chinese character is one, a number or a latin word is one
    characters: int = 0
    pages: int = 0

    @property
    def actions(self) -> int:
        return self.clicks + self.keys

    @property
    def minutes(self) -> float:
        """At the scripted pace; no clock is looked at."""
        return (
            self.actions * SECONDS_AN_ACTION
            + self.pages * SECONDS_A_PAGE
            + self.characters * SECONDS_A_CHARACTER
        ) / 60

    def types(self, text: str) -> None:
        self.words += len(WORD.findall(text))
        self.characters += len(text)

    def __str__(self):
        return (
            f"{self.actions} actions ({self.clicks} clicks, {self.keys} keys), {self.words} words, "
            f"{self.pages} pages, {self.minutes:.1f} min"
        )


_of: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


def of(page) -> Effort:
    """What was done at this page's window so far."""
    return _of.setdefault(page, Effort())


def begin(page) -> Effort:
    """Count anew from here."""
    _of[page] = Effort()
    return _of[page]
