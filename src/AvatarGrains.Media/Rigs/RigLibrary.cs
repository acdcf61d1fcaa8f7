using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Media.Poses;

namespace AvatarGrains.Media.Rigs;

/// <summary>The rigs of one folder, each in a folder of its own. Immutable; thread-safe.</summary>
public sealed class RigLibrary : IAvatarRigs
{
    private readonly Dictionary<string, Rig> _rigs;

    private RigLibrary(IEnumerable<Rig> rigs)
    {
        _rigs = rigs.ToDictionary(r => r.Info.Name, StringComparer.Ordinal);
        Avatars = [.. _rigs.Values.OrderBy(r => r.Manifest.Order).ThenBy(r => r.Info.Name, StringComparer.Ordinal).Select(r => r.Info)];
    }

    public IReadOnlyList<AvatarInfo> Avatars { get; }

    /// <summary>Loads every rig below <paramref name="folder"/> (usually <c>models/avatars</c>).</summary>
    /// <exception cref="RigException">The folder holds no rig, or any rig is bad; lists the errors of all.</exception>
    public static RigLibrary Load(string folder)
    {
        var errors = new List<RigError>();
        var rigs = new List<Rig>();
        var found = Directory.Exists(folder)
            ? Directory.GetDirectories(folder)
                .Where(d => File.Exists(Path.Combine(d, RigValidator.ManifestFile))).Order(StringComparer.Ordinal).ToArray()
            : [];
        foreach (var rig in found)
        {
            try
            {
                rigs.Add(Rig.Load(rig));
            }
            catch (RigException bad)
            {
                errors.AddRange(bad.Errors);
            }
        }

        if (found.Length == 0)
        {
            errors.Add(new RigError(
                folder, "", $"holds no avatar; expected folders with {RigValidator.ManifestFile} and {RigValidator.DrawingFile}"));
        }

        return errors.Count == 0 ? new RigLibrary(rigs) : throw new RigException(errors);
    }

    /// <summary>The rig of this name.</summary>
    /// <exception cref="KeyNotFoundException">There is no such avatar.</exception>
    public Rig Get(string name) => _rigs.TryGetValue(name, out var rig) ? rig : throw new KeyNotFoundException($"There is no avatar '{name}'.");

    public IPoseRenderer CreateRenderer(AvatarView view, ViewBackground background) => new RigRenderer(Get(view.Avatar), view, background);
}
