"""Counts words into one shared dict, without a block: `counts[word] += 1` is one instruction."""

from collections import Counter

from _program import Random, in_threads, main, share

SIZE = 400_000
WORDS_PER_LINE = 12


class Text:
    def __init__(self, lines):
        random = Random(3)
        syllables = "ka to mi re lu sha ben dor wi ast".split()
        vocabulary = [a + b + c for a in syllables for b in syllables for c in syllables]
        # Two draws multiplied: some words are far more frequent than others, as in a language.
        self.lines = [
            " ".join(vocabulary[random.below(1000) * random.below(1000) // 1000] for _ in range(WORDS_PER_LINE))
            for _ in range(lines)
        ]
        self.counts = {}


def count(number, threads, text):
    counts = text.counts
    for i in share(len(text.lines), threads, number):
        for word in text.lines[i].split():
            if word not in counts:
                counts.setdefault(word, 0)
            counts[word] += 1


def prepare(threads, size):
    return Text(size)


def run(threads, text):
    in_threads(threads, count, threads, text)


def check(text):
    assert text.counts == Counter(word for line in text.lines for word in line.split()), "words were lost"


if __name__ == "__main__":
    main()
