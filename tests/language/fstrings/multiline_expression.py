x = 3
print(f'{
    x
    +  # comment
    1
}', f'''line1 {x
}
line2''', f'{[
    i for i in range(3)]}')
