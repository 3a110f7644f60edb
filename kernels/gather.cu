// gather: stretches of one long table as a batch
//   rows [N,width], y [B,T,width] in words of four bytes, of which a number of i64 is two;   places i64 [B,2]: an item's first row and its number of rows
//   Launch  one thread per word of y: grid ceil(count / BLOCK)
//   Args    frames = T, width, count
//   Cost    one read and one write per word       Writes  y =

KERNEL void gather(IN_OF(U32, rows), IN_OF(ID64, places), OUT_OF(U32, y), int frames, int width, int count)
{
    FROM_OF(U32, rows) FROM_OF(ID64, places) INTO_OF(U32, y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int item = i / (frames * width), at = i % (frames * width);
    y[i] = at / width < places[2 * item + 1] ? rows[places[2 * item] * width + at] : 0;
}
