print(0, 255, 0xff, 0XFF, 0o17, 0b1011, 1_000_000, 0x_dead_beef, 10**20, -0)
