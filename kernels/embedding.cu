// embedding: rows of a table by id; one an item, or one a frame with the text encoder's entry around it
//   table, dtable [rows,C];   ids i64 [B] or [B,T];   x, y, dx, dy [B,T,C] (or [B,1,C]);   mask [B,T];   all contiguous
//   Launch  embed*: one thread per element of what is written, grid ceil(count / BLOCK); *_table: one thread per element of dtable
//   Args    channels = C, frames = B*T (rows of dy), count; add: += instead of =
//   Cost    *_table reads all ids for each element of the table, so that every sum is in the order of frames
//   Writes  y =, dx, dtable = or +=

KERNEL void embedding(IN(table), IN_OF(ID64, ids), OUT(y), int channels, int count)
{
    FROM(table) FROM_OF(ID64, ids) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    y[i] = table[(int)ids[i / channels] * channels + i % channels];
}

// y = mask * leaky((x + table[ids]) * scale)
KERNEL void embed_frames(IN(x), IN(table), IN_OF(ID64, ids), IN(mask), OUT(y), float scale, float slope, int channels, int count)
{
    FROM(x) FROM(table) FROM_OF(ID64, ids) FROM(mask) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels;
    float sum = x[i];
    if (table != 0) sum += table[(int)ids[row] * channels + i % channels];
    y[i] = mask[row] != 0 ? leaky(sum * scale, slope) : 0;
}

// dx = mask * dy * scale * (y > 0 ? 1 : slope)
KERNEL void embed_frames_backward(IN(y), IN(mask), IN(dy), OUT(dx), float scale, float slope, int channels, int count, int add)
{
    FROM(y) FROM(mask) FROM(dy) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    float d = dy[i] * scale;
    d = mask[i / channels] == 0 ? 0 : y[i] > 0 ? d : d * slope;
    PUT(dx, i, d, add);
}

// dtable [row] = sum over the frames of that id of the above (y, mask given), or of dy (both null)
KERNEL void embedding_table(IN(y), IN_OF(ID64, ids), IN(mask), IN(dy), OUT(dtable), float scale, float slope, int frames, int channels, int count, int add)
{
    FROM(y) FROM_OF(ID64, ids) FROM(mask) FROM(dy) INTO(dtable)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels, channel = i % channels;
    float sum = add ? dtable[i] : 0;
    for (int frame = 0; frame < frames; frame++)
    {
        if ((int)ids[frame] != row || (mask != 0 && mask[frame] == 0)) continue;
        int at = frame * channels + channel;
        float d = dy[at] * scale;
        sum += y == 0 || y[at] > 0 ? d : d * slope;
    }

    dtable[i] = sum;
}
