using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Media.Poses;

/// <summary>
/// The poses of one view by key: for each expression and accent a row per phase, for each row a cell per eyes and mouth. A row is allocated
/// with its first pose. Any number of threads read without locks; writers take one lock.
/// </summary>
internal sealed class PoseGrid
{
    private const int EyesCount = 6;
    private const int ExpressionCount = 7;
    private const int AccentCount = FaceFrame.MaxAccent + 1;
    private const int Cells = EyesCount * MouthTable.Count;

    // The array of references with its header.
    private const int RowBytes = (Cells * 8) + 24;

    // Costs of what a substitute differs in, in units of the distance between two mouths: a neighbouring phase is hardly seen, another expression is.
    private const float PhaseCost = 0.03f;
    private const float FarPhaseCost = 0.004f;
    private const float AccentCost = 0.08f;
    private const float EyesCost = 0.35f;
    private const float ExpressionCost = 1.5f;

    // An open mouth in silence and a shut one in a vowel are noticed first, so this costs more than any distance in phase.
    private const float OpennessCost = 0.8f;
    private const float ShutJaw = 0.03f;
    private const float OpenJaw = 0.18f;

    /// <summary>
    /// Phases within which each step away is noticed; a substitute from further away is taken only when its mouth fits much better.
    /// </summary>
    public const int NearPhases = 10;

    private static readonly (byte Mouth, float Cost)[][] MouthsByCost =
    [
        .. Enumerable.Range(0, MouthTable.Count).Select(m =>
            Enumerable.Range(0, MouthTable.Count).Select(i => ((byte)i, CostOf((byte)m, (byte)i))).OrderBy(one => one.Item2).ToArray()),
    ];

    private readonly PoseEntry?[]?[]?[] _blocks = new PoseEntry?[]?[]?[ExpressionCount * AccentCount];
    private readonly Lock _writing = new();
    private readonly int _loopFrames;

    public PoseGrid(int loopFrames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(loopFrames, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(loopFrames, ushort.MaxValue);
        _loopFrames = loopFrames;
    }

    /// <summary>The key with every part brought into its range.</summary>
    public PoseKey Normalize(in PoseKey key) => new(
        (ushort)(key.Phase % _loopFrames),
        (int)key.Eyes < EyesCount ? key.Eyes : Eyes.Open,
        key.Mouth < MouthTable.Count ? key.Mouth : (byte)0,
        (int)key.Expression < ExpressionCount ? key.Expression : Expression.Neutral,
        Math.Min(key.Accent, FaceFrame.MaxAccent));

    /// <summary>The number of a normalized key.</summary>
    public int IndexOf(in PoseKey key) => (((Block(key.Expression, key.Accent) * _loopFrames) + key.Phase) * Cells) + Cell(key.Eyes, key.Mouth);

    /// <summary>The normalized key of a number.</summary>
    public PoseKey KeyOf(int index)
    {
        var (row, cell) = Math.DivRem(index, Cells);
        var (block, phase) = Math.DivRem(row, _loopFrames);
        return new PoseKey(
            (ushort)phase,
            (Eyes)(cell / MouthTable.Count),
            (byte)(cell % MouthTable.Count),
            (Expression)(block / AccentCount),
            (byte)(block % AccentCount));
    }

    /// <summary>The pose of a normalized key, or null.</summary>
    public PoseEntry? Find(in PoseKey key)
    {
        var row = Row(Block(key.Expression, key.Accent), key.Phase);
        return row is null ? null : Volatile.Read(ref row[Cell(key.Eyes, key.Mouth)]);
    }

    /// <summary>
    /// The pose that looks most like a normalized key: the nearest mouth at the same or a near phase, then other accents, eyes and expressions.
    /// Null when the grid holds nothing like it.
    /// </summary>
    public PoseEntry? FindNearest(in PoseKey key)
    {
        PoseEntry? best = null;
        var bestCost = float.MaxValue;
        SearchExpression(key, key.Expression, 0, ref best, ref bestCost);
        if (key.Expression != Expression.Neutral && bestCost > ExpressionCost)
        {
            SearchExpression(key, Expression.Neutral, ExpressionCost, ref best, ref bestCost);
        }

        return best ?? FindAtRest(key);
    }

    /// <summary>Bytes of rows that were charged to the cache's budget; set by the cache alone.</summary>
    public long Charged { get; set; }

    /// <summary>Puts a pose into its cell.</summary>
    /// <returns>Bytes allocated in addition to the pose's own.</returns>
    public int Put(PoseEntry entry)
    {
        var grown = 0;
        var (row, cell) = Math.DivRem(entry.Index, Cells);
        var (block, phase) = Math.DivRem(row, _loopFrames);
        lock (_writing)
        {
            var rows = _blocks[block];
            if (rows is null)
            {
                rows = new PoseEntry?[]?[_loopFrames];
                Volatile.Write(ref _blocks[block], rows);
            }

            var cells = rows[phase];
            if (cells is null)
            {
                cells = new PoseEntry?[Cells];
                Volatile.Write(ref rows[phase], cells);
                grown = RowBytes;
            }

            Volatile.Write(ref cells[cell], entry);
        }

        return grown;
    }

    /// <summary>Empties a pose's cell.</summary>
    /// <returns>Bytes freed in addition to the pose's own.</returns>
    public int Remove(PoseEntry entry)
    {
        var (row, cell) = Math.DivRem(entry.Index, Cells);
        var (block, phase) = Math.DivRem(row, _loopFrames);
        lock (_writing)
        {
            if (_blocks[block]?[phase] is { } cells && cells[cell] == entry)
            {
                Volatile.Write(ref cells[cell], null);
                if (!cells.AsSpan().ContainsAnyExcept((PoseEntry?)null))
                {
                    Volatile.Write(ref _blocks[block]![phase], null);
                    return RowBytes;
                }
            }
        }

        return 0;
    }

    private static int Block(Expression expression, int accent) => ((int)expression * AccentCount) + accent;

    private static int Cell(Eyes eyes, byte mouth) => ((int)eyes * MouthTable.Count) + mouth;

    private PoseEntry?[]? Row(int block, int phase)
    {
        var rows = Volatile.Read(ref _blocks[block]);
        return rows is null ? null : Volatile.Read(ref rows[phase]);
    }

    private void SearchExpression(in PoseKey key, Expression expression, float cost, ref PoseEntry? best, ref float bestCost)
    {
        for (var accent = 0; accent < AccentCount; accent++)
        {
            var block = Block(expression, accent);
            var blockCost = cost + (AccentCost * Math.Abs(accent - key.Accent));
            if (blockCost >= bestCost || Volatile.Read(ref _blocks[block]) is null)
            {
                continue;
            }

            for (var step = 0; step <= _loopFrames / 2 && blockCost + CostOfPhases(step) < bestCost; step++)
            {
                var rowCost = blockCost + CostOfPhases(step);
                SearchRow(key, block, (key.Phase + _loopFrames - (step % _loopFrames)) % _loopFrames, rowCost, ref best, ref bestCost);
                if (step > 0)
                {
                    SearchRow(key, block, (key.Phase + step) % _loopFrames, rowCost, ref best, ref bestCost);
                }
            }
        }
    }

    private void SearchRow(in PoseKey key, int block, int phase, float cost, ref PoseEntry? best, ref float bestCost)
    {
        if (Row(block, phase) is not { } row)
        {
            return;
        }

        SearchEyes(row, key.Eyes, key.Mouth, cost, ref best, ref bestCost);
        if (key.Eyes != Eyes.Open)
        {
            SearchEyes(row, Eyes.Open, key.Mouth, cost + EyesCost, ref best, ref bestCost);
        }
    }

    private static void SearchEyes(PoseEntry?[] row, Eyes eyes, byte mouth, float cost, ref PoseEntry? best, ref float bestCost)
    {
        foreach (var (candidate, mouthCost) in MouthsByCost[mouth])
        {
            var total = cost + mouthCost;
            if (total >= bestCost)
            {
                return;
            }

            if (Volatile.Read(ref row[Cell(eyes, candidate)]) is { } entry)
            {
                best = entry;
                bestCost = total;
                return;
            }
        }
    }

    // Far in phase the head is off by a few pixels, however far, which is noticed less than lips that do not move.
    private static float CostOfPhases(int step) => (PhaseCost * Math.Min(step, NearPhases)) + (FarPhaseCost * Math.Max(0, step - NearPhases));

    private static float CostOf(byte wanted, byte shown) =>
        MouthTable.Distance(wanted, shown) + (OpennessCost * Math.Abs(Openness(wanted) - Openness(shown)));

    private static float Openness(byte mouth) => Math.Clamp((MouthTable.Shape(mouth).Jaw - ShutJaw) / (OpenJaw - ShutJaw), 0, 1);

    /// <summary>The pose of the idle loop nearest in phase, however far.</summary>
    private PoseEntry? FindAtRest(in PoseKey key)
    {
        var block = Block(Expression.Neutral, 0);
        for (var step = 0; step <= _loopFrames / 2; step++)
        {
            var before = Row(block, (key.Phase + _loopFrames - step) % _loopFrames);
            if (before is not null && Volatile.Read(ref before[0]) is { } earlier)
            {
                return earlier;
            }

            var after = Row(block, (key.Phase + step) % _loopFrames);
            if (after is not null && Volatile.Read(ref after[0]) is { } later)
            {
                return later;
            }
        }

        return null;
    }
}
