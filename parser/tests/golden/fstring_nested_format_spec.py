f"{x:{w}.{p!r:>{q}}}" f"{x:}" f"{x!a:b}"
