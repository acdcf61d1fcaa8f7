namespace AvatarGrains.Native;

/// <summary>
/// The logical names that <c>LibraryImport</c> declarations of this assembly use; <see cref="NativeResolver"/> maps them to what the system
/// has.
/// </summary>
internal static class NativeNames
{
    public const string Vpx = "vpx";
    public const string Opus = "opus";
    public const string EspeakNg = "espeak-ng";
    public const string Flite = "flite";
    public const string FliteSlt = "flite_cmu_us_slt";
    public const string FliteRms = "flite_cmu_us_rms";
    public const string FliteAwb = "flite_cmu_us_awb";
    public const string FliteUsEnglish = "flite_usenglish";
    public const string FliteCmuLex = "flite_cmulex";
    public const string PocketSphinx = "pocketsphinx";
    public const string SphinxBase = "sphinxbase";
    public const string Srtp2 = "srtp2";
    public const string Ssl = "ssl";
    public const string Crypto = "crypto";
    public const string Rsvg = "rsvg-2";
    public const string Cairo = "cairo";
    public const string GObject = "gobject-2.0";
    public const string GLib = "glib-2.0";
    public const string TurboJpeg = "turbojpeg";
    public const string SpeexDsp = "speexdsp";
    public const string OnnxRuntime = "onnxruntime";
    public const string C = "c";
}
