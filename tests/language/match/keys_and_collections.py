# Literal keys are duplicates if they are equal, whatever their types.
for keys in ('0, False', '0, 0.0', '0, -0', '0, 0j', '1, True', '1.0, 1+0j', '2**0, 1', '1, 1.5', '"a", b"a"', '0, None', '1, 1j',
             '10**20, 1e20', '100000000000000000000, 1e20', '-1, -1.0'):
    first, second = keys.split(', ')
    try:
        exec(f'match ...:\n    case {{{first}: _, {second}: _}}: pass')
        print(keys, 'differ')
    except SyntaxError as e:
        print(keys, e.msg)

# Which pattern a class with several bases matches is decided by the first of them that says anything.
import collections
import collections.abc as abc


class Plain:
    pass


CLASSES = (
    (collections.UserDict, abc.Sequence), (Plain, collections.UserDict, abc.Sequence), (collections.UserDict, Plain, list),
    (dict, abc.Sequence, Plain), (collections.UserList, abc.Mapping), (list, Plain, abc.Mapping),
    (collections.UserList, dict, Plain), (Plain, abc.Sequence), (Plain,), (str, Plain), (abc.Mapping, list),
)
for bases in CLASSES:
    kind = type('Kind', bases, {'__len__': lambda self: 0, '__getitem__': None, '__iter__': lambda self: iter(())})
    match kind():
        case {}:
            print('mapping')
        case []:
            print('sequence')
        case _:
            print('neither')
