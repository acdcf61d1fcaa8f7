using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Listening;

namespace AvatarGrains.Core.Tests.Listening;

public sealed class ListenMachineTests
{
    private readonly Recorder _out = new();

    [Fact]
    public void Conversation_speech_carries_its_preroll_and_ends_at_the_pause()
    {
        var machine = Machine(ListenMode.Conversation);
        machine.Push(Frames(5, 1), false);
        machine.Push(Frames(3, 1000), false);
        machine.Push(Frames(1, 1), false);
        machine.Push(Frames(4, 1), false);

        Assert.Equal(["begin", "end 960"], _out.Calls);
        Assert.Equal(Frames(2, 1).Concat(Frames(3, 1000)).Concat(Frames(1, 1)), _out.Samples);
        Assert.False(machine.InUtterance);
    }

    [Fact]
    public void Conversation_speech_at_once_has_only_the_preroll_there_is()
    {
        var machine = Machine(ListenMode.Conversation);
        machine.Push(Frames(1, 7), false);
        machine.Push(Frames(1, 1000), false);

        Assert.Equal(Frames(1, 7).Concat(Frames(1, 1000)), _out.Samples);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(160)]
    [InlineData(999)]
    public void Conversation_any_slicing_gives_the_same_utterance(int slice)
    {
        var machine = Machine(ListenMode.Conversation);
        short[] audio = [.. Frames(6, 2), .. Frames(4, 1500), .. Frames(3, 2)];
        for (var at = 0; at < audio.Length; at += slice)
        {
            machine.Push(audio.AsSpan(at, Math.Min(slice, audio.Length - at)), false);
        }

        Assert.Equal(["begin", "end 1120"], _out.Calls);
        Assert.Equal(1120, _out.Samples.Count);
    }

    [Fact]
    public void Conversation_endless_speech_is_cut_at_the_bound_and_goes_on_as_the_next_utterance()
    {
        var machine = Machine(ListenMode.Conversation);
        machine.Push(Frames(250, 1000), false);

        Assert.Equal(["begin", "end 16000", "begin", "end 16000", "begin"], _out.Calls);
    }

    [Fact]
    public void Dictation_takes_everything_from_start_to_stop_up_to_its_bound()
    {
        var machine = Machine(ListenMode.Dictation);
        machine.Push(Frames(1, 3), true);
        machine.Push(Frames(400, 1000), false);
        machine.Stop();

        Assert.Equal(["begin", "end 32000"], _out.Calls);
        Assert.Equal(32000, _out.Samples.Count);
        Assert.Equal(ListenMode.Off, machine.Mode);
    }

    [Fact]
    public void Stop_in_the_middle_of_speech_ends_it_with_the_last_samples()
    {
        var machine = Machine(ListenMode.Conversation);
        machine.Push(Frames(1, 1000), false);
        machine.Push([1000, 1000], false);
        machine.Stop();

        Assert.Equal(["begin", "end 162"], _out.Calls);
        machine.Push(Frames(5, 1000), false);
        Assert.Equal(2, _out.Calls.Count);
    }

    [Fact]
    public void Changing_the_mode_abandons_what_is_being_said()
    {
        var machine = Machine(ListenMode.Conversation);
        machine.Push(Frames(2, 1000), false);
        machine.Start(ListenMode.Dictation);

        Assert.Equal(["begin", "abandon", "begin"], _out.Calls);
    }

    private static short[] Frames(int count, short value)
    {
        var samples = new short[count * 160];
        Array.Fill(samples, value);
        return samples;
    }

    private ListenMachine Machine(ListenMode mode)
    {
        var options = ListenOptions.Default with { MaxUtterance = TimeSpan.FromSeconds(1), MaxDictation = TimeSpan.FromSeconds(2) };
        var machine = new ListenMachine(new ScriptedDetector(), options, _out);
        machine.Start(mode);
        return machine;
    }

    private sealed class Recorder : IUtteranceOutput
    {
        public List<string> Calls { get; } = [];

        public List<short> Samples { get; } = [];

        public void Begin() => Calls.Add("begin");

        public void Append(ReadOnlySpan<short> samples) => Samples.AddRange(samples);

        public void End(long samples) => Calls.Add($"end {samples}");

        public void Abandon() => Calls.Add("abandon");
    }
}
