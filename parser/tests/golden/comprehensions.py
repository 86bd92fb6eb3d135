[x async for x in y if z if w for a, in b]
{*a, b}
{**a, "b": c}
{k: v for k, v in x}
{x for x in y}
