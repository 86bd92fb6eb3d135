print([x.bit_length() for x in (0, 1, -1, 255, 256, -256, 2**100)], [x.bit_count() for x in (0, 1, -1, 255, 256, -255, 2**100 - 1)])
