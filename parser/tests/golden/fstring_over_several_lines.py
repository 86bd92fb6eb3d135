f"""a
{
    x
    :>{w}}
b"""
f"{x +
y}"
