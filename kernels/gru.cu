// gru: a gated recurrent layer whose input products are given; one or both directions; forward only      (Cho et al. 2014, arXiv:1406.1078)
//   gates [B,T,D*3H] = r | z | n of each direction;   weight [D,H,3H];   bias [D,3H];   start [B,1,D*H];   y [B,T,D*H];   all contiguous
//   Launch  one group per item and direction: grid (D, B); its state is in LOCAL memory, H at most MOST
//   Args    frames = T, directions = D, hidden = H
//   Cost    6 H^2 FLOP a frame, each direction one frame after the other       Writes  y =

#define MOST 1024

// With u = h weight + bias:   r = sigmoid(gate_r + u_r);   z = sigmoid(gate_z + u_z);   n = tanh(gate_n + r * u_n);   h = (1 - z) * n + z * h
KERNEL void gru(IN(gates), IN(weight), IN(bias), IN(start), OUT(y), int frames, int directions, int hidden)
{
    FROM(gates) FROM(weight) FROM(bias) FROM(start) INTO(y)
    LOCAL float state[MOST], next[MOST];
    int direction = GROUP_X, item = GROUP_Y, width = 3 * hidden;
    GLOBAL const float* w = weight + direction * hidden * width;
    GLOBAL const float* b = bias + direction * width;
    for (int j = LANE; j < hidden; j += BLOCK) state[j] = start[(item * directions + direction) * hidden + j];
    BARRIER;
    for (int step = 0; step < frames; step++)
    {
        int frame = item * frames + (direction == 0 ? step : frames - 1 - step);
        GLOBAL const float* gate = gates + (frame * directions + direction) * width;
        for (int j = LANE; j < hidden; j += BLOCK)
        {
            WIDE of_r = 0, of_z = 0, of_n = 0;
            for (int i = 0; i < hidden; i++)
            {
                float h = state[i];
                of_r += h * w[i * width + j];
                of_z += h * w[i * width + hidden + j];
                of_n += h * w[i * width + 2 * hidden + j];
            }

            float r = sigmoid(gate[j] + ((float)of_r + b[j])), z = sigmoid(gate[hidden + j] + ((float)of_z + b[hidden + j]));
            float n = tanh(gate[2 * hidden + j] + r * ((float)of_n + b[2 * hidden + j]));
            float h = (1 - z) * n + z * state[j];
            next[j] = h;
            y[(frame * directions + direction) * hidden + j] = h;
        }

        BARRIER;
        for (int j = LANE; j < hidden; j += BLOCK) state[j] = next[j];
        BARRIER;
    }
}
