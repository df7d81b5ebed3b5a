"""Learned entities: a conditional random field over words, with a second opinion of the sentence encoder's tokens.

`words` splits and describes, `tagger` finds values, `fitting` learns (python-crfsuite and scipy, in training only).
"""

from .tagger import Tagger

__all__ = ["Tagger"]
