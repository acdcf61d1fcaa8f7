using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Media.Rigs;

/// <summary>Turns a pose key into the values of the rig's signals. Immutable.</summary>
internal sealed class RigSignals
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly (int Signal, double Value)[][] _visemes;
    private readonly (int Signal, double Value)[][] _expressions;
    private readonly (int Signal, double Value)[][] _eyes;
    private readonly (int Signal, double Value)[] _accent;
    private readonly double[] _whileSpeaking;
    private readonly (int Signal, int By)[] _damp;
    private readonly (int Signal, RigManifest.Wave[] Waves)[] _curves;
    private readonly int _loopFrames;

    public RigSignals(RigManifest manifest, IEnumerable<string> targets)
    {
        foreach (var name in targets.Concat(Names(manifest)))
        {
            _index.TryAdd(name, _index.Count);
        }

        _loopFrames = manifest.Loop.Frames;
        _visemes = Table<Viseme>(manifest.Visemes);
        _expressions = Table<Expression>(manifest.Expressions);
        _eyes = Table<Eyes>(manifest.Eyes);
        _accent = Row(manifest.Accent);
        _whileSpeaking = new double[_index.Count];
        Array.Fill(_whileSpeaking, 1);
        foreach (var (name, kept) in manifest.WhileSpeaking)
        {
            _whileSpeaking[_index[name]] = kept;
        }

        _damp = [.. manifest.Damp.Select(d => (_index[d.Key], _index[d.Value]))];
        _curves = [.. manifest.Loop.Curves.Select(c => (_index[c.Key], c.Value.ToArray()))];
    }

    public int Count => _index.Count;

    public int IndexOf(string name) => _index[name];

    /// <summary>The signals the manifest sets, reads or moves things by.</summary>
    public static IEnumerable<string> Names(RigManifest manifest) => Set(manifest).Concat(Read(manifest));

    /// <summary>The signals the manifest gives values to.</summary>
    public static IEnumerable<string> Set(RigManifest manifest) =>
        manifest.Visemes.Values.Concat(manifest.Expressions.Values).Concat(manifest.Eyes.Values).SelectMany(row => row.Keys)
            .Concat(manifest.Accent.Keys)
            .Concat(manifest.Loop.Curves.Keys);

    /// <summary>The signals by which joints and layers move.</summary>
    public static IEnumerable<string> Moving(RigManifest manifest) =>
        manifest.Joints.Values.SelectMany(j => new[] { j.X, j.Y, j.Rotate, j.ScaleX, j.ScaleY })
            .Concat(manifest.Layers.SelectMany(l => new[] { l.X, l.Y }))
            .SelectMany(map => map?.Keys ?? []);

    /// <summary>Fills <paramref name="values"/> (<see cref="Count"/> long) with the signals of a pose.</summary>
    public void Resolve(in PoseKey key, Span<double> values)
    {
        values.Clear();
        Add(values, _expressions[(int)key.Expression], 1);
        var speaking = MouthTable.IntensityOf(key.Mouth);
        if (speaking > 0)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] *= 1 - (speaking * (1 - _whileSpeaking[i]));
            }
        }

        Add(values, _visemes[(int)MouthTable.VisemeOf(key.Mouth)], key.Mouth == 0 ? 1 : speaking);
        Add(values, _eyes[(int)key.Eyes], 1);
        Add(values, _accent, Math.Min(key.Accent, FaceFrame.MaxAccent) / (double)FaceFrame.MaxAccent);
        foreach (var (signal, by) in _damp)
        {
            values[signal] *= 1 - Math.Clamp(values[by], 0, 1);
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Clamp(values[i], -1, 1);
        }

        var turn = key.Phase / (double)_loopFrames;
        foreach (var (signal, waves) in _curves)
        {
            foreach (var wave in waves)
            {
                values[signal] += wave.Amount * Math.Sin(Math.Tau * ((wave.Cycles * turn) + wave.Phase));
            }
        }
    }

    private static IEnumerable<string> Read(RigManifest manifest) =>
        Moving(manifest).Concat(manifest.WhileSpeaking.Keys).Concat(manifest.Damp.Keys).Concat(manifest.Damp.Values);

    private static void Add(Span<double> values, (int Signal, double Value)[] row, double scale)
    {
        foreach (var (signal, value) in row)
        {
            values[signal] += scale * value;
        }
    }

    private (int Signal, double Value)[][] Table<T>(IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> rows)
        where T : struct, Enum =>
        [.. Enum.GetNames<T>()
            .Select(name => Row(RigValidator.RowOf(rows, name) ?? throw new InvalidOperationException($"The rig has no '{name}'.")))];

    private (int Signal, double Value)[] Row(IReadOnlyDictionary<string, double> row) => [.. row.Select(r => (_index[r.Key], r.Value))];
}
