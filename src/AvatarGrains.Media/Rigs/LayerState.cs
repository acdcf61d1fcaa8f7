namespace AvatarGrains.Media.Rigs;

/// <summary>What one layer looks like: the layer and its morphing signals, rounded and packed eight bits each.</summary>
internal readonly record struct LayerState(int Layer, UInt128 Packed)
{
    /// <summary>Most signals that one layer may morph by.</summary>
    public const int MaxSignals = 16;

    /// <summary>Finest rounding.</summary>
    public const int MaxSteps = 127;

    public static LayerState Of(int layer, ReadOnlySpan<int> signals, ReadOnlySpan<double> values, int steps)
    {
        UInt128 packed = 0;
        foreach (var signal in signals)
        {
            var rounded = (int)Math.Round(Math.Clamp(values[signal], -1, 1) * steps);
            packed = (packed << 8) | (byte)(sbyte)rounded;
        }

        return new LayerState(layer, packed);
    }

    /// <summary>The rounded values, in the order of the signals they were packed from.</summary>
    public void Unpack(Span<double> values, int steps)
    {
        var packed = Packed;
        for (var i = values.Length - 1; i >= 0; i--)
        {
            values[i] = (sbyte)(byte)(packed & 0xFF) / (double)steps;
            packed >>= 8;
        }
    }
}
