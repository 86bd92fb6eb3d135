"a" f"b{x}" "c" "" f""
u"a" f"{x}"
