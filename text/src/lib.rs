//! Text rules of Python that need no objects: number formatting, codecs, Unicode data.
