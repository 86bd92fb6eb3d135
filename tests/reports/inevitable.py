# expect: Forced inevitability: 2 times
# expect: because of: posix.write
# expect: os.write(output, b"x")
# expect: in the transaction that began at
# expect: with transaction.atomic:  # the block
# expect: because of: to see how it looks
import os

import transaction

output = os.open(os.devnull, os.O_WRONLY)
with transaction.atomic:  # the block
    os.write(output, b"x")
    os.write(output, b"y")
with transaction.atomic:
    transaction.become_inevitable("to see how it looks")
assert transaction.stats()["inevitable"] == 2
assert transaction.stats()["committed"] == 2
