namespace RvcNative.Formats;

/// <summary>CRC-32 as zip and PNG have it (polynomial 0xEDB88320), eight bytes a round by tables (Kounavis and Berry 2005).</summary>
internal static class Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    /// <summary>Goes on from the CRC of what came before; start with 0.</summary>
    internal static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint[][] tables = Tables;
        crc = ~crc;
        while (bytes.Length >= 8)
        {
            uint low = crc ^ BitConverter.ToUInt32(bytes), high = BitConverter.ToUInt32(bytes[4..]);
            crc = tables[7][low & 0xFF] ^ tables[6][(low >> 8) & 0xFF] ^ tables[5][(low >> 16) & 0xFF] ^ tables[4][low >> 24]
                ^ tables[3][high & 0xFF] ^ tables[2][(high >> 8) & 0xFF] ^ tables[1][(high >> 16) & 0xFF] ^ tables[0][high >> 24];
            bytes = bytes[8..];
        }

        foreach (byte value in bytes) crc = (crc >> 8) ^ tables[0][(crc ^ value) & 0xFF];
        return ~crc;
    }

    private static uint[][] MakeTables()
    {
        uint[][] tables = new uint[8][];
        for (int table = 0; table < 8; table++)
        {
            tables[table] = new uint[256];
            for (uint value = 0; value < 256; value++)
            {
                uint crc = table == 0 ? value : tables[table - 1][value];
                for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
                tables[table][value] = crc;
            }
        }

        return tables;
    }
}
