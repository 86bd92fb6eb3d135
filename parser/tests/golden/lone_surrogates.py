"\ud800\udc00 \udcff"
b"\xff\0\777"
