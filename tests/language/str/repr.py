for s in ('plain', "it's", 'say "x"', 'both \' "', 'tab\tnl\ncr\r', 'back\\slash', '\x00\x1f\x7f\x80\xa0\xad', 'é ü 中 😀', '\u200b\u2028\ud800', '\U0010ffff', ''):
    print(ascii(s), len(repr(s)))
print(repr("it's"), repr('a\n'), repr('é'), repr('\x7f'), repr('中'))
