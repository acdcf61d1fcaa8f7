using System.Text.Json.Serialization;

namespace AvatarGrains.Media.Rigs;

/// <summary>
/// <c>manifest.json</c> as written: what the signals of a rig are and what they move. Lengths are rig units (the SVG's user units), angles degrees.
/// The format is described for artists in <c>models/avatars/README.md</c>.
/// </summary>
public sealed class RigManifest
{
    public required string DisplayName { get; init; }

    public required string Description { get; init; }

    /// <summary>A voice that suits the character, or null.</summary>
    public string? Voice { get; init; }

    /// <summary>Place in lists, ascending; ties by name.</summary>
    public int Order { get; init; } = 100;

    /// <summary>What part of the drawing views of different aspect show.</summary>
    public required IReadOnlyList<Frame> Frames { get; init; }

    public required BackgroundArea Background { get; init; }

    public required IdleLoop Loop { get; init; }

    /// <summary>Signals set by each viseme at full intensity.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Visemes { get; init; }

    /// <summary>Signals added by each expression.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Expressions { get; init; }

    /// <summary>Signals added by each state of the eyes.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Eyes { get; init; }

    /// <summary>Signals added by a full speech accent.</summary>
    public required IReadOnlyDictionary<string, double> Accent { get; init; }

    /// <summary>What remains (0 to 1) of a signal of the expression while a viseme is at full intensity.</summary>
    public IReadOnlyDictionary<string, double> WhileSpeaking { get; init; } = new Dictionary<string, double>();

    /// <summary>Pairs (signal, other): signal is multiplied by 1 − other.</summary>
    public IReadOnlyDictionary<string, string> Damp { get; init; } = new Dictionary<string, string>();

    public required IReadOnlyDictionary<string, Joint> Joints { get; init; }

    /// <summary>The drawn layers, back to front.</summary>
    public required IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>
    /// What a view of one aspect shows: <paramref name="Height"/> rig units from <paramref name="Top"/> down, centred on
    /// <paramref name="X"/>.
    /// </summary>
    public sealed record Frame(
        [property: JsonRequired] double Aspect,
        [property: JsonRequired] double X,
        [property: JsonRequired] double Top,
        [property: JsonRequired] double Height);

    /// <summary>The layer drawn as the rig's own background, and the part of it that is fitted to cover the view.</summary>
    public sealed record BackgroundArea(
        [property: JsonRequired] string Layer,
        [property: JsonRequired] double X,
        [property: JsonRequired] double Y,
        [property: JsonRequired] double Width,
        [property: JsonRequired] double Height);

    public sealed record IdleLoop(
        [property: JsonRequired] int Frames, [property: JsonRequired] IReadOnlyDictionary<string, IReadOnlyList<Wave>> Curves);

    /// <summary>One sine: whole <paramref name="Cycles"/> in the loop, <paramref name="Phase"/> in turns.</summary>
    public sealed record Wave([property: JsonRequired] int Cycles, [property: JsonRequired] double Amount, double Phase = 0);

    /// <summary>A movement about a pivot; each map gives what one unit of a signal adds.</summary>
    public sealed record Joint(
        [property: JsonRequired] double PivotX,
        [property: JsonRequired] double PivotY,
        string? Parent = null,
        IReadOnlyDictionary<string, double>? X = null,
        IReadOnlyDictionary<string, double>? Y = null,
        IReadOnlyDictionary<string, double>? Rotate = null,
        IReadOnlyDictionary<string, double>? ScaleX = null,
        IReadOnlyDictionary<string, double>? ScaleY = null);

    /// <summary>A layer of the drawing, hung on a joint, with a shift of its own (parallax).</summary>
    /// <param name="Id">The id of a top-level group.</param>
    /// <param name="Joint">The joint it follows, or null when it stands still.</param>
    /// <param name="X">Rig units to the right per unit of a signal.</param>
    /// <param name="Y">Rig units down per unit of a signal.</param>
    /// <param name="Steps">Into how many steps from 0 to 1 its morphing signals are rounded; each step met is drawn and kept.</param>
    public sealed record Layer(
        [property: JsonRequired] string Id,
        string? Joint = null,
        IReadOnlyDictionary<string, double>? X = null,
        IReadOnlyDictionary<string, double>? Y = null,
        int Steps = 64);
}
