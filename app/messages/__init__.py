"""Codes and parameters become words here, in Chinese and English, from the catalogues in ``resources/messages``."""

from app.messages.words import LANGUAGES, Words, load_words

__all__ = ["LANGUAGES", "Words", "load_words"]
