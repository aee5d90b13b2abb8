"""Every word that is printed on a report, in Chinese and in English, read from `catalogue.toml`.

Source: the terms of Chinese calculation sheets (排水量计算单), and of the UN/ECE code [ECE92] in English.
Left out: numbers and units, which read the same in both languages.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from api.surveys.report.errors import UnknownLanguageError

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The words of one language.

    Attributes:
        language: "zh" or "en".
        entries: Section name to key to {"zh": …, "en": …}, the whole file.
    """

    language: str
    entries: Mapping[str, Mapping[str, Mapping[str, str]]]

    def label(self, key: str) -> str:
        """A fixed word of the page; one that is not in the file is a mistake of this package.

        Args:
            key: A key of the section `labels`.

        Returns:
            The word.

        Raises:
            KeyError: The file has no such label.
        """
        return self.entries["labels"][key][self.language]

    def title(self, section: str, name: str) -> str:
        """What a step, a warning, a stage or a kind of contents is called.

        Args:
            section: A section of the file, for example "steps".
            name: The name in the survey document.

        Returns:
            The title; a name that users choose themselves, and so is in no file, stands for itself.
        """
        words = self.entries[section].get(name)
        return name if words is None else words[self.language]

    def knows(self, section: str, name: str) -> bool:
        """Whether a section has a name.

        Args:
            section: A section of the file.
            name: The name in the survey document.

        Returns:
            True where `title` gives words of the file.
        """
        return name in self.entries[section]

    def formula(self, text: str) -> str:
        """A formula with its few words in this language; its symbols read the same in both.

        Args:
            text: The formula as the survey wrote it, in English.

        Returns:
            The formula with every known phrase replaced, longer phrases first as the file has them.
        """
        for phrase, words in self.entries["formula_words"].items():
            text = text.replace(phrase, words[self.language])
        return text

    def other(self) -> "Catalogue":
        """The same catalogue in the other language, for the second line of a bilingual heading."""
        language = "en" if self.language == "zh" else "zh"
        return Catalogue(language=language, entries=self.entries)


@cache
def catalogue_entries() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The sections of `catalogue.toml`.

    Returns:
        Section name to key to the words by language.
    """
    sections: dict[str, Any] = tomllib.loads(
        (files(__package__) / "catalogue.toml").read_text(encoding="utf-8")
    )
    return sections


def catalogue(language: str) -> Catalogue:
    """The catalogue of one language.

    Args:
        language: "zh" or "en".

    Returns:
        The words of that language.

    Raises:
        UnknownLanguageError: There is no such catalogue.
    """
    if language not in LANGUAGES:
        raise UnknownLanguageError(language, LANGUAGES)
    return Catalogue(language=language, entries=catalogue_entries())
