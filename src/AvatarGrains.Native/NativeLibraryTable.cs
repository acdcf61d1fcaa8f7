namespace AvatarGrains.Native;

/// <summary>Every library the server knows, with its file names over the supported distributions.</summary>
internal static class NativeLibraryTable
{
    private static readonly Dictionary<string, NativeLibraryInfo> ByName = Build(IsUbuntu(), ReadVersion()).ToDictionary(
        l => l.Name, StringComparer.Ordinal);

    public static IReadOnlyCollection<NativeLibraryInfo> All => ByName.Values;

    public static NativeLibraryInfo? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<NativeLibraryInfo> Build(bool ubuntu, int version)
    {
        // libvpx is the one library whose soname, and so its package, differs between the supported releases.
        var vpxPackage = version >= (ubuntu ? 24 : 13) ? "libvpx9" : "libvpx7";
        var jpegPackage = ubuntu ? "libturbojpeg" : "libturbojpeg0";
        yield return new(NativeNames.Vpx, "VP8 video", vpxPackage, ["libvpx.so.7", "libvpx.so.9", "libvpx.so.8", "libvpx.so.11"]);
        yield return new(NativeNames.Opus, "Opus audio", "libopus0", ["libopus.so.0"]);
        yield return new(NativeNames.EspeakNg, "speech in over a hundred languages", "libespeak-ng1", ["libespeak-ng.so.1"]);
        yield return new(NativeNames.Flite, "recorded English voices", "libflite1", ["libflite.so.1"]);
        yield return new(NativeNames.FliteSlt, "English voice slt", "libflite1", ["libflite_cmu_us_slt.so.1"]);
        yield return new(NativeNames.FliteRms, "English voice rms", "libflite1", ["libflite_cmu_us_rms.so.1"]);
        yield return new(NativeNames.FliteAwb, "English voice awb", "libflite1", ["libflite_cmu_us_awb.so.1"]);
        yield return new(NativeNames.FliteUsEnglish, "English text analysis", "libflite1", ["libflite_usenglish.so.1"]);
        yield return new(NativeNames.FliteCmuLex, "English pronunciations", "libflite1", ["libflite_cmulex.so.1"]);
        yield return new(NativeNames.PocketSphinx, "speech recognition", "libpocketsphinx3", ["libpocketsphinx.so.3"]);
        yield return new(NativeNames.SphinxBase, "speech recognition", "libsphinxbase3", ["libsphinxbase.so.3"]);
        yield return new(NativeNames.Srtp2, "media encryption", "libsrtp2-1", ["libsrtp2.so.1"]);
        yield return new(NativeNames.Ssl, "DTLS", "libssl3", ["libssl.so.3"]);
        yield return new(NativeNames.Crypto, "DTLS", "libssl3", ["libcrypto.so.3"]);
        yield return new(NativeNames.Rsvg, "drawing avatars", "librsvg2-2", ["librsvg-2.so.2"]);
        yield return new(NativeNames.Cairo, "drawing avatars", "libcairo2", ["libcairo.so.2"]);
        yield return new(NativeNames.GObject, "drawing avatars", "libglib2.0-0", ["libgobject-2.0.so.0"]);
        yield return new(NativeNames.GLib, "drawing avatars", "libglib2.0-0", ["libglib-2.0.so.0"]);
        yield return new(NativeNames.TurboJpeg, "JPEG pictures", jpegPackage, ["libturbojpeg.so.0"]);
        yield return new(NativeNames.SpeexDsp, "resampling and noise suppression", "libspeexdsp1", ["libspeexdsp.so.1"]);
        yield return new(
            NativeNames.OnnxRuntime, "neural models", "libonnxruntime1.21", ["libonnxruntime.so.1", "libonnxruntime.so"], Optional: true);
        yield return new(NativeNames.C, "UDP sockets", "libc6", ["libc.so.6"]);
    }

    private static bool IsUbuntu() => OsRelease("ID=") == "ubuntu";

    private static int ReadVersion() => int.TryParse(OsRelease("VERSION_ID=").Split('.')[0], out var version) ? version : 0;

    private static string OsRelease(string key)
    {
        const string path = "/etc/os-release";
        if (!File.Exists(path))
        {
            return "";
        }

        var line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal));
        return line is null ? "" : line[key.Length..].Trim('"');
    }
}
