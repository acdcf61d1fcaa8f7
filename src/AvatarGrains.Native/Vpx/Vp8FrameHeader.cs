namespace AvatarGrains.Native.Vpx;

/// <summary>Reads the part of a VP8 frame header that says what a frame leaves behind (RFC 6386 sections 9.2 to 9.11 and 19.2).</summary>
internal static class Vp8FrameHeader
{
    /// <summary>
    /// True for an inter frame that leaves the decoder's state as it was: it changes no reference, probability or segment map, and states
    /// all adjustments of the loop filter, as every such frame does.
    /// </summary>
    public static bool LeavesNoTrace(ReadOnlySpan<byte> frame)
    {
        const int TagBytes = 3;
        if (frame.Length <= TagBytes || (frame[0] & 1) == 0)
        {
            return false;
        }

        var header = new BoolReader(frame[TagBytes..]);
        var segmentation = header.Flag();
        if (segmentation)
        {
            return false;
        }

        header.Literal(1 + 6 + 3); // filter type, level, sharpness
        if (header.Flag())
        {
            if (!header.Flag())
            {
                return false;
            }

            // They stay in force after the frame, so every frame must state all of them.
            for (var i = 0; i < 8; i++)
            {
                if (!header.Flag())
                {
                    return false;
                }

                header.Literal(6 + 1);
            }
        }

        header.Literal(2 + 7); // partitions, base quantizer
        for (var i = 0; i < 5; i++)
        {
            if (header.Flag())
            {
                header.Literal(4 + 1);
            }
        }

        var refreshGolden = header.Flag();
        var refreshAlt = header.Flag();
        if (refreshGolden || refreshAlt)
        {
            return false;
        }

        var copies = header.Literal(4);
        header.Literal(2); // sign biases
        var refreshEntropy = header.Flag();
        var refreshLast = header.Flag();
        return copies == 0 && !refreshEntropy && !refreshLast;
    }

    /// <summary>The boolean entropy decoder of RFC 6386 section 7, at even probability.</summary>
    private ref struct BoolReader
    {
        private readonly ReadOnlySpan<byte> _data;
        private int _position;
        private uint _value;
        private uint _range = 255;
        private int _bits;

        public BoolReader(ReadOnlySpan<byte> data)
        {
            _data = data;
            _value = (uint)((Next() << 8) | Next());
        }

        public bool Flag()
        {
            var split = 1 + (((_range - 1) * 128) >> 8);
            var bit = _value >= split << 8;
            if (bit)
            {
                _range -= split;
                _value -= split << 8;
            }
            else
            {
                _range = split;
            }

            while (_range < 128)
            {
                _value <<= 1;
                _range <<= 1;
                if (++_bits == 8)
                {
                    _bits = 0;
                    _value |= (uint)Next();
                }
            }

            return bit;
        }

        public int Literal(int bits)
        {
            var value = 0;
            for (var i = 0; i < bits; i++)
            {
                value = (value << 1) | (Flag() ? 1 : 0);
            }

            return value;
        }

        private int Next() => _position < _data.Length ? _data[_position++] : 0;
    }
}
