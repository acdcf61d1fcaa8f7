using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace AvatarGrains.Storage.Sqlite;

/// <summary>Binds the SQLite provider to the system's library, which the system keeps patched.</summary>
internal static class SqliteLibrary
{
    private static readonly string[] Names = ["libsqlite3.so.0", "libsqlite3.so"];

    private static readonly Lazy<bool> Bound = new(Bind);

    /// <exception cref="DllNotFoundException">Names the system package.</exception>
    public static void Load() => _ = Bound.Value;

    private static bool Bind()
    {
        if (!TryLoad(out _))
        {
            throw new DllNotFoundException(
                "SQLite is not installed: none of " + string.Join(", ", Names) + " was found. Install the package libsqlite3-0.");
        }

        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "e_sqlite3" && TryLoad(out var library) ? library : 0;

    private static bool TryLoad(out nint library)
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out library))
            {
                return true;
            }
        }

        library = 0;
        return false;
    }
}
