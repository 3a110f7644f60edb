// leaky_relu: y = x > 0 ? x : slope * x
//   x, y, dx, dy of one shape, contiguous
//   Launch  one thread per element: grid ceil(count / BLOCK)
//   Args    slope > 0, count; add: += instead of =
//   Cost    one or two reads and one write per element       Writes  y =, dx = or +=

KERNEL void leaky_relu(IN_ANY(x), OUT_ANY(y), float slope, int count)
{
    FROM_ANY(x) INTO_ANY(y)
    int i = GLOBAL_ID;
    if (i < count) WRITE(y, i, leaky(READ(x, i), slope), 0);
}

// y has x's sign
KERNEL void leaky_relu_backward(IN_ANY(y), IN_ANY(dy), OUT_ANY(dx), float slope, int count, int add)
{
    FROM_ANY(y) FROM_ANY(dy) INTO_ANY(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    float d = READ(dy, i);
    WRITE(dx, i, READ(y, i) > 0 ? d : d * slope, add);
}
