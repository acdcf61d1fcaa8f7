using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Media.Poses;
using AvatarGrains.Media.Rigs;
using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Media.Tests.Rigs;

/// <summary>Finds the characters of the repository, draws them, and compares pictures.</summary>
internal static class ShippedRigs
{
    private static readonly Lazy<bool> LibrariesFound = new(() =>
    {
        try
        {
            CairoSurface.Create(1, 1).Dispose();
            Native.Rsvg.SvgDocument.Parse("<svg xmlns='http://www.w3.org/2000/svg'/>").Dispose();
            return true;
        }
        catch (DllNotFoundException)
        {
            return false;
        }
    });

    private static readonly Dictionary<string, Lazy<Rig>> Loaded =
        Names.ToDictionary(n => n, n => new Lazy<Rig>(() => Rig.Load(Path.Combine(Folder, n))));

    public static string Folder => Path.Combine(Root(), "models", "avatars");

    public static string[] Names =>
        [.. Directory.GetDirectories(Folder).Where(d => File.Exists(Path.Combine(d, RigValidator.ManifestFile))).Select(d => Path.GetFileName(d)!)
            .Order(StringComparer.Ordinal)];

    public static TheoryData<string> All => [.. Names];

    public static Rig Get(string name)
    {
        Assert.SkipUnless(LibrariesFound.Value, "librsvg and cairo are not installed");
        return Loaded[name].Value;
    }

    public static IPoseRenderer Renderer(
        Rig rig, int width, int height, ViewBackground? background = null, Func<AvatarView, AvatarView>? change = null)
    {
        var view = new AvatarView(rig.Info.Name, width, height);
        return new RigRenderer(rig, change is null ? view : change(view), background ?? ViewBackground.FromColor(new CairoColor(0.25, 0.5, 0.25, 1)));
    }

    public static byte[] Draw(IPoseRenderer renderer, PoseKey key)
    {
        var picture = new byte[renderer.View.Width * renderer.View.Height * 4];
        renderer.Render(key, picture);
        return picture;
    }

    /// <summary>Mean absolute difference of all bytes.</summary>
    public static double Difference(byte[] a, byte[] b)
    {
        long sum = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += Math.Abs(a[i] - b[i]);
        }

        return sum / (double)a.Length;
    }

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "AvatarGrains.sln")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("The tests do not run below the repository.");
        }

        return at;
    }
}
