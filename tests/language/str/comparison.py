print('a' < 'b', 'a' < 'aa', 'Z' < 'a', 'é' > 'z', '😀' > '中', 'abc' == 'abc', 'a' != 'b', 'a' == b'a', 'a' == 1, max('hello'), sorted('bca'), '' < 'a')
