print(repr('a\tb'.expandtabs()), repr('a\tbc\td'.expandtabs(4)), repr('\t'.expandtabs(2)), repr('a\n\tb'.expandtabs(4)), repr('a\tb'.expandtabs(0)), repr('ab\tc'.expandtabs(tabsize=3)))
