print(bin(5), oct(8), hex(255), chr(65), ord('A'), bin(True), hex(-1), oct(0))
