// transpose: rows become columns
//   x [rows,columns];   y [columns,rows]
//   Launch  a group of 256 threads for a square of 16 by 16: grid (ceil(columns / 16), ceil(rows / 16))
//   Args    add: += instead of =
//   Cost    one read and one write per element, both in rows of 16       Writes  y = or +=

KERNEL void transpose(IN(x), OUT(y), int rows, int columns, int add)
{
    FROM(x) INTO(y)
    LOCAL float square[16][17];   // a column more, so that columns lie in different banks
    int across = LANE % 16, down = LANE / 16, column = GROUP_X * 16 + across, row = GROUP_Y * 16 + down;
    if (row < rows && column < columns) square[down][across] = x[row * columns + column];
    BARRIER;
    row = GROUP_Y * 16 + across;
    column = GROUP_X * 16 + down;
    if (row < rows && column < columns) PUT(y, column * rows + row, square[across][down], add);
}
