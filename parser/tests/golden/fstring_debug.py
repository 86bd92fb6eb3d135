f"{x = } {y=!s} {z=:>3} {w # a comment
=}"
