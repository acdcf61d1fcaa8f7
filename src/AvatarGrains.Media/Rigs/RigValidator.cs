using System.Text.Json;
using System.Text.Json.Serialization;
using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Media.Rigs;

/// <summary>Checks a rig folder completely and reports everything that is wrong with it at once.</summary>
public static class RigValidator
{
    public const string ManifestFile = "manifest.json";
    public const string DrawingFile = "rig.svg";

    /// <summary>Longest idle loop in frames.</summary>
    public const int MaxLoopFrames = 1000;

    /// <summary>Layers every rig draws; others are free.</summary>
    public static IReadOnlyList<string> RequiredLayers { get; } = ["background", "body", "head", "eyes", "brows", "mouth"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>The errors of the rig in <paramref name="folder"/>; none when it can be used.</summary>
    public static IReadOnlyList<RigError> Validate(string folder)
    {
        var errors = new List<RigError>();
        Read(folder, errors);
        return errors;
    }

    internal static (RigManifest Manifest, RigDrawing Drawing)? Read(string folder, List<RigError> errors)
    {
        var manifest = ReadManifest(Path.Combine(folder, ManifestFile), errors);
        var drawing = RigDrawing.Read(Path.Combine(folder, DrawingFile), errors);
        if (manifest is null || drawing is null)
        {
            return null;
        }

        var file = Path.Combine(folder, ManifestFile);
        void Wrong(string element, string problem) => errors.Add(new RigError(file, element, problem));
        CheckRows<Viseme>("visemes", manifest.Visemes, Wrong);
        CheckRows<Expression>("expressions", manifest.Expressions, Wrong);
        CheckRows<Eyes>("eyes", manifest.Eyes, Wrong);
        CheckFrames(manifest, Wrong);
        CheckLoop(manifest.Loop, Wrong);
        CheckJoints(manifest, Wrong);
        CheckLayers(manifest, drawing, Path.Combine(folder, DrawingFile), errors, Wrong);
        CheckSignals(manifest, drawing, Wrong);
        return errors.Count == 0 ? (manifest, drawing) : null;
    }

    internal static IReadOnlyDictionary<string, double>? RowOf(IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> rows, string name) =>
        rows.FirstOrDefault(r => string.Equals(r.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    private static RigManifest? ReadManifest(string path, List<RigError> errors)
    {
        try
        {
            using var file = File.OpenRead(path);
            var manifest = JsonSerializer.Deserialize<RigManifest>(file, Json);
            if (manifest is null)
            {
                errors.Add(new RigError(path, "", "must be a JSON object"));
            }
            else if (HasNulls(manifest))
            {
                errors.Add(new RigError(path, "", "holds null where a table, a row or a layer is expected"));
            }
            else
            {
                return manifest;
            }
        }
        catch (JsonException bad)
        {
            errors.Add(new RigError(path, bad.Path ?? "", bad.Message));
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            errors.Add(new RigError(path, "", $"cannot be read: {bad.Message}"));
        }

        return null;
    }

    private static bool HasNulls(RigManifest manifest) =>
        manifest.Visemes.Values.Any(v => v is null) || manifest.Expressions.Values.Any(v => v is null) || manifest.Eyes.Values.Any(v => v is null)
        || manifest.Loop.Curves.Values.Any(c => c is null || c.Any(w => w is null)) || manifest.Joints.Values.Any(j => j is null)
        || manifest.Layers.Any(l => l is null) || manifest.Frames.Any(f => f is null) || manifest.Damp.Values.Any(d => d is null);

    private static void CheckRows<T>(
        string table, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> rows, Action<string, string> wrong)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>();
        foreach (var name in names.Where(n => RowOf(rows, n) is null))
        {
            wrong($"{table}.{name}", $"is missing; expected the signals it sets, such as {{ \"jaw\": 0.5 }}");
        }

        foreach (var key in rows.Keys.Where(k => !names.Contains(k, StringComparer.OrdinalIgnoreCase)))
        {
            wrong($"{table}.{key}", $"is not known; expected one of {string.Join(", ", names)}");
        }

        foreach (var (key, row) in rows)
        {
            foreach (var (signal, value) in row.Where(r => !(Math.Abs(r.Value) <= 1)))
            {
                wrong($"{table}.{key}.{signal}", $"is {value}; expected −1 to 1");
            }
        }
    }

    private static void CheckFrames(RigManifest manifest, Action<string, string> wrong)
    {
        if (manifest.Frames.Count == 0)
        {
            wrong("frames", "is empty; expected at least one { aspect, x, top, height }");
        }

        for (var i = 0; i < manifest.Frames.Count; i++)
        {
            var frame = manifest.Frames[i];
            if (!(frame.Aspect > 0) || !(frame.Height > 0))
            {
                wrong($"frames[{i}]", "aspect and height must be more than 0");
            }

            if (i > 0 && !(frame.Aspect > manifest.Frames[i - 1].Aspect))
            {
                wrong($"frames[{i}].aspect", "must be more than the aspect before it");
            }
        }

        if (!(manifest.Background.Width > 0) || !(manifest.Background.Height > 0))
        {
            wrong("background", "width and height must be more than 0");
        }
    }

    private static void CheckLoop(RigManifest.IdleLoop loop, Action<string, string> wrong)
    {
        if (loop.Frames is < 1 or > MaxLoopFrames)
        {
            wrong("loop.frames", $"is {loop.Frames}; expected 1 to {MaxLoopFrames} frames at 25 fps");
        }

        foreach (var (name, waves) in loop.Curves)
        {
            if (waves.Any(w => w.Cycles < 1))
            {
                wrong($"loop.curves.{name}", "cycles must be whole and at least 1, so that the loop closes");
            }
        }
    }

    private static void CheckJoints(RigManifest manifest, Action<string, string> wrong)
    {
        foreach (var (name, joint) in manifest.Joints)
        {
            if (joint.Parent is not null && !manifest.Joints.ContainsKey(joint.Parent))
            {
                wrong($"joints.{name}.parent", $"there is no joint '{joint.Parent}'");
            }

            var seen = new HashSet<string> { name };
            for (var at = joint.Parent; at is not null && manifest.Joints.TryGetValue(at, out var next); at = next.Parent)
            {
                if (!seen.Add(at))
                {
                    wrong($"joints.{name}.parent", "the parents form a circle");
                    break;
                }
            }
        }
    }

    private static void CheckLayers(
        RigManifest manifest, RigDrawing drawing, string drawingFile, List<RigError> errors, Action<string, string> wrong)
    {
        var drawn = manifest.Layers.Select(l => l.Id).Append(manifest.Background.Layer).ToHashSet(StringComparer.Ordinal);
        foreach (var id in RequiredLayers.Concat(drawn).Distinct())
        {
            if (drawing.Layer(id) is null)
            {
                errors.Add(new RigError(drawingFile, id, "there is no top-level <g> with this id"));
            }
            else if (!drawn.Contains(id))
            {
                wrong("layers", $"the layer '{id}' is not listed");
            }
        }

        foreach (var twice in manifest.Layers.GroupBy(l => l.Id).Where(g => g.Count() > 1))
        {
            wrong("layers", $"the layer '{twice.Key}' is listed twice");
        }

        foreach (var layer in manifest.Layers)
        {
            if (layer.Joint is not null && !manifest.Joints.ContainsKey(layer.Joint))
            {
                wrong($"layers.{layer.Id}.joint", $"there is no joint '{layer.Joint}'");
            }

            if (layer.Steps is < 1 or > LayerState.MaxSteps)
            {
                wrong($"layers.{layer.Id}.steps", $"is {layer.Steps}; expected 1 to {LayerState.MaxSteps}");
            }

            if (drawing.Layer(layer.Id) is { } group && drawing.TargetsIn(group).Count is > LayerState.MaxSignals and var count)
            {
                wrong($"layers.{layer.Id}", $"morphs by {count} signals; a layer can have {LayerState.MaxSignals}: divide it");
            }
        }
    }

    private static void CheckSignals(RigManifest manifest, RigDrawing drawing, Action<string, string> wrong)
    {
        var used = drawing.Targets.Concat(RigSignals.Moving(manifest)).Concat(manifest.Damp.Values).ToHashSet(StringComparer.Ordinal);
        var set = RigSignals.Set(manifest).ToHashSet(StringComparer.Ordinal);
        foreach (var name in set.Where(s => !used.Contains(s)))
        {
            wrong(name, "the signal is set, but no morph target, joint or layer uses it");
        }

        foreach (var name in used.Where(s => !set.Contains(s)))
        {
            wrong(name, "the signal moves something, but no viseme, expression, eye state, accent or curve sets it");
        }

        foreach (var (name, kept) in manifest.WhileSpeaking.Where(w => !(w.Value is >= 0 and <= 1)))
        {
            wrong($"whileSpeaking.{name}", $"is {kept}; expected 0 to 1");
        }
    }
}
