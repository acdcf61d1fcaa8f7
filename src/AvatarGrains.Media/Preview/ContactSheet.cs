using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Poses;

namespace AvatarGrains.Media.Preview;

/// <summary>Pictures to judge an avatar by.</summary>
public static class ContactSheet
{
    /// <summary>Smallest and largest edge of one pose on a sheet, in pixels.</summary>
    public const int MinCell = 64;

    /// <inheritdoc cref="MinCell"/>
    public const int MaxCell = 512;

    private const int SheetColumns = 8;
    private const int MaxStripFrames = 500;

    /// <summary>
    /// Writes a sheet with every viseme at full strength and in between, every expression at rest and speaking, the steps of a blink, the
    /// glances, the accents and a strip of the idle loop.
    /// </summary>
    /// <param name="rigs">The characters.</param>
    /// <param name="avatar">Name of the avatar.</param>
    /// <param name="png">Receives the picture.</param>
    /// <param name="cell">Edge of one pose in pixels, even, <see cref="MinCell"/> to <see cref="MaxCell"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such avatar.</exception>
    public static void Write(IAvatarRigs rigs, string avatar, Stream png, int cell = 224)
    {
        var info = Find(rigs, avatar);
        Check(cell);
        var sheet = new SheetPainter(rigs, avatar, SheetColumns, cell);
        sheet.Add($"{info.DisplayName}: visemes", Enum.GetValues<Viseme>()
            .Select(v => new SheetCell(Rest with { Mouth = MouthTable.IndexOf(v) }, v.ToString())));
        sheet.Add(
            "In between",
            from viseme in (Viseme[])[Viseme.AA, Viseme.E, Viseme.OU, Viseme.PP]
            from level in Enumerable.Range(0, MouthTable.Levels + 1)
            select new SheetCell(
                Rest with { Mouth = level == 0 ? (byte)0 : MouthTable.IndexOf(viseme, level) }, $"{viseme} {level}/{MouthTable.Levels}"));
        sheet.Add(
            "Expressions",
            Enum.GetValues<Expression>().Select(e => new SheetCell(Rest with { Expression = e }, e.ToString()))
                .Append(new SheetCell(Rest, "Neutral"))
                .Concat(Enum.GetValues<Expression>()
                    .Select(e => new SheetCell(Rest with { Expression = e, Mouth = MouthTable.IndexOf(Viseme.AA) }, $"{e} + AA"))));
        sheet.Add(
            "Blink and glances",
            ((Eyes[])[Eyes.Open, Eyes.Half, Eyes.Closed, Eyes.Half, Eyes.Open, Eyes.GlanceLeft, Eyes.GlanceRight, Eyes.GlanceUp])
                .Select(e => new SheetCell(Rest with { Eyes = e }, e.ToString())));
        sheet.Add(
            "Accents",
            Enumerable.Range(0, FaceFrame.MaxAccent + 1)
                .Select(a => new SheetCell(Rest with { Accent = (byte)a, Mouth = MouthTable.IndexOf(Viseme.E, 2) }, $"accent {a}")));
        sheet.Add(
            "Idle loop",
            Enumerable.Range(0, 2 * SheetColumns).Select(i => i * info.LoopFrames / (2 * SheetColumns))
                .Select(phase => new SheetCell(Rest with { Phase = (ushort)phase }, $"{phase / 25.0:0.0} s")));
        sheet.Write(png);
    }

    /// <summary>Writes the frames of a stretch of speech in their order, played over the idle loop from its start.</summary>
    /// <param name="rigs">The characters.</param>
    /// <param name="avatar">Name of the avatar.</param>
    /// <param name="frames">One face per 40 ms, 1 to 500.</param>
    /// <param name="labels">Words under the frames (such as the phoneme that sounds), as many as frames, or null for times.</param>
    /// <param name="png">Receives the picture.</param>
    /// <param name="cell">Edge of one pose in pixels, even, <see cref="MinCell"/> to <see cref="MaxCell"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such avatar.</exception>
    public static void WriteSpeech(
        IAvatarRigs rigs, string avatar, IReadOnlyList<FaceFrame> frames, IReadOnlyList<string>? labels, Stream png, int cell = 160)
    {
        var info = Find(rigs, avatar);
        Check(cell);
        ArgumentOutOfRangeException.ThrowIfZero(frames.Count, nameof(frames));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frames.Count, MaxStripFrames, nameof(frames));
        if (labels is not null)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Count, frames.Count, nameof(labels));
        }

        const int FramesARow = 12;
        var sheet = new SheetPainter(rigs, avatar, FramesARow, cell);
        sheet.Add(
            $"{info.DisplayName}: {frames.Count / 25.0:0.0} s of speech",
            frames.Select((f, i) => new SheetCell(
                new PoseKey((ushort)(i % info.LoopFrames), Eyes.Open, f.Mouth, f.Expression, f.Accent),
                $"{i * 40} ms {(labels is null ? MouthTable.VisemeOf(f.Mouth).ToString() : labels[i])}")));
        sheet.Write(png);
    }

    private static PoseKey Rest => PoseKey.Base;

    private static AvatarInfo Find(IAvatarRigs rigs, string avatar) =>
        rigs.Avatars.FirstOrDefault(a => a.Name == avatar) ?? throw new KeyNotFoundException($"There is no avatar '{avatar}'.");

    private static void Check(int cell)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cell, MinCell);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cell, MaxCell);
        ArgumentOutOfRangeException.ThrowIfNotEqual(cell & 1, 0);
    }
}
