using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Speech that the client made itself: a file it uploaded, or PCM it streams. The avatar lip-syncs it.</summary>
internal sealed class PersoSpeechInput(IEdgeControl edge, PersoReplies replies, PersoUploads uploads, PersoChannelServices services)
{
    private const int StreamRate = 24000;
    private const int MaxChunkCharacters = 65536;

    private bool _streaming;
    private int _pending;
    private byte _oddByte;
    private bool _hasOddByte;

    public void Receive(in ChannelMessage message)
    {
        switch (message.Type)
        {
            case "stf":
                SpeakFile(message);
                break;
            case "stf-streaming-start":
                _streaming = true;
                _hasOddByte = false;
                edge.Post(new BeginClientSpeech(OptionalText(message, "message")));
                break;
            case "stf-streaming-data" when _streaming:
                Append(message);
                break;
            case "stf-streaming-end" when _streaming:
                _streaming = false;
                edge.Post(new EndClientSpeech());
                break;
            case "stf-streaming-end":
                // SDKs send clear-buffer and then the end when they cancel: the speech is gone already.
                break;
            default:
                replies.Error("wrong_state", message.Type, "stf-streaming-start comes first.");
                break;
        }
    }

    /// <summary>What was being streamed or decoded is not to be spoken any more.</summary>
    public void Cancel()
    {
        _streaming = false;
        _pending++;
    }

    /// <summary>A text to be spoken or asked.</summary>
    public string RequiredText(in ChannelMessage message, string name)
    {
        var text = OptionalText(message, name);
        return text.AsSpan().Trim().IsEmpty ? throw new ChannelFieldException($"{name} must not be empty.") : text;
    }

    private string OptionalText(in ChannelMessage message, string name)
    {
        var text = message.Text(name) ?? "";
        return text.Length <= edge.Options.MaxTextLength
            ? text
            : throw new ChannelFieldException($"{name} may have {edge.Options.MaxTextLength} characters.");
    }

    private void Append(in ChannelMessage message)
    {
        var text = message.Text("data") ?? throw new ChannelFieldException("data is required.");
        if (text.Length > MaxChunkCharacters)
        {
            throw new ChannelFieldException($"data may have {MaxChunkCharacters} characters.");
        }

        var bytes = new byte[1 + Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        bytes[0] = _oddByte;
        var from = _hasOddByte ? 0 : 1;
        if (Base64.DecodeFromUtf8(Encoding.UTF8.GetBytes(text), bytes.AsSpan(1), out _, out var length) != OperationStatus.Done)
        {
            throw new ChannelFieldException("data must be base64.");
        }

        var pcm = bytes.AsSpan(from, length + 1 - from);
        _hasOddByte = pcm.Length % 2 == 1;
        _oddByte = _hasOddByte ? pcm[^1] : (byte)0;
        if (pcm.Length >= 2)
        {
            // Little-endian on every platform .NET runs on here.
            edge.Post(new AppendClientSpeech(new PcmBlock(MemoryMarshal.Cast<byte, short>(pcm[..(pcm.Length & ~1)]).ToArray(), StreamRate)));
        }
    }

    private void SpeakFile(in ChannelMessage message)
    {
        var words = OptionalText(message, "message");
        var reference = message.Text("file_ref") ?? throw new ChannelFieldException("file_ref is required.");
        if (uploads.Take(reference) is not { } file)
        {
            throw new ChannelFieldException("There is no such file.");
        }

        var request = _pending;
        edge.Run(async token =>
        {
            var pcm = await services.Files.DecodeAsync(file, StreamRate, services.Options.MaxAudioTime, token);
            return () => Speak(pcm, words, request);
        });
    }

    private void Speak(PcmBlock? pcm, string words, int request)
    {
        if (request != _pending)
        {
            return;
        }

        if (pcm is not { } known)
        {
            replies.Error("invalid", "stf", "The file is not audio that can be read here.");
            return;
        }

        edge.Post(new BeginClientSpeech(words));
        edge.Post(new AppendClientSpeech(known));
        edge.Post(new EndClientSpeech());
    }
}
