using System.Globalization;
using System.Runtime.InteropServices;

namespace AvatarGrains.LoadTest.Reports;

/// <summary>Where it was measured.</summary>
internal sealed record Machine(string Processor, int Cores, long MemoryBytes, string Kernel, string Runtime)
{
    public static Machine Here()
    {
        var named = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        var model = named?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return new Machine(
            model,
            Environment.ProcessorCount,
            long.Parse(memory, CultureInfo.InvariantCulture) * 1024,
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription);
    }
}
