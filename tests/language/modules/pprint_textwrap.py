import pprint, textwrap
pprint.pprint({'b': list(range(30)), 'a': {'x': 'y' * 50, 'z': ('t', 'u')}}, width=60)
print(textwrap.wrap('the quick brown fox jumps', 10), textwrap.dedent('  a\n    b\n'), textwrap.shorten('hello wide world', 12), textwrap.indent('a\nb', '> '), textwrap.fill('aaa bbb ccc', 7))
