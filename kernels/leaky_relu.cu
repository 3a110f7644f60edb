// leaky_relu: y = x > 0 ? x : slope * x
//   x, y, dx, dy of one shape, contiguous
//   Launch  one thread per element: grid ceil(count / BLOCK)
//   Args    slope > 0, count; add: += instead of =
//   Cost    one or two reads and one write per element       Writes  y =, dx = or +=

KERNEL void leaky_relu(IN(x), OUT(y), float slope, int count)
{
    FROM(x) INTO(y)
    int i = GLOBAL_ID;
    if (i < count) y[i] = leaky(x[i], slope);
}

// y has x's sign
KERNEL void leaky_relu_backward(IN(y), IN(dy), OUT(dx), float slope, int count, int add)
{
    FROM(y) FROM(dy) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    float d = y[i] > 0 ? dy[i] : dy[i] * slope;
    PUT(dx, i, d, add);
}
