using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AvatarGrains.Native;

/// <summary>
/// Loads the libraries behind this assembly's imports, whatever the distribution calls their files. A path set by
/// <see cref="UsePath"/> or by the library's environment variable comes first.
/// </summary>
public static class NativeResolver
{
    private static readonly ConcurrentDictionary<string, nint> Loaded = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, string> Paths = new(StringComparer.Ordinal);

    /// <summary>Loads a library from a given file. Has effect until the library is first used.</summary>
    /// <param name="name">Logical name, as listed by <see cref="NativeLibraryReport"/>.</param>
    /// <param name="path">Absolute path of the shared object.</param>
    /// <exception cref="ArgumentException">There is no library of that name.</exception>
    public static void UsePath(string name, string path)
    {
        if (NativeLibraryTable.Find(name) is null)
        {
            throw new ArgumentException($"there is no native library named '{name}'", nameof(name));
        }

        Paths[name] = path;
    }

    /// <summary>True when the library is there; loads it.</summary>
    public static bool IsAvailable(string name) => NativeLibraryTable.Find(name) is { } library && TryLoad(library, out _);

    /// <summary>Loads a library or says what to install.</summary>
    /// <exception cref="DllNotFoundException">It is absent; the message names the package.</exception>
    internal static nint Load(string name)
    {
        var library = NativeLibraryTable.Find(name) ?? throw new DllNotFoundException($"lib{name} is not a library of this server");
        return TryLoad(library, out var handle) ? handle : throw new DllNotFoundException(MissingMessage(library));
    }

    internal static bool TryLoad(NativeLibraryInfo library, out nint handle)
    {
        if (Loaded.TryGetValue(library.Name, out handle))
        {
            return true;
        }

        foreach (var file in Candidates(library))
        {
            if (NativeLibrary.TryLoad(file, out handle))
            {
                Loaded[library.Name] = handle;
                return true;
            }
        }

        return false;
    }

    internal static string MissingMessage(NativeLibraryInfo library) =>
        $"{library.DisplayName} not found (tried {string.Join(", ", Candidates(library))}); install it with: apt-get install {library.Package}"
        + $" (or set {library.OverrideVariable} to its path)";

    [SuppressMessage("Usage", "CA2255", Justification = "The imports of this assembly must resolve whichever of its types is touched first.")]
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeResolver).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        NativeLibraryTable.Find(name) is null ? 0 : Load(name);

    /// <summary>An explicit path is taken alone: falling back to the system's library would hide a wrong setting.</summary>
    private static IReadOnlyList<string> Candidates(NativeLibraryInfo library)
    {
        if (Paths.TryGetValue(library.Name, out var path))
        {
            return [path];
        }

        return Environment.GetEnvironmentVariable(library.OverrideVariable) is { Length: > 0 } variable ? [variable] : library.FileNames;
    }
}
