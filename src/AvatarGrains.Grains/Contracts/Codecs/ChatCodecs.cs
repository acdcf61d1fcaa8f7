using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Grains.Contracts.Codecs;

/// <summary>
/// The JSON that the chat abstractions have for their own types, with which messages and updates cross silos: all contents are in it.
/// </summary>
internal static class ChatJson
{
    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T)));

    /// <exception cref="InvalidDataException">It is null.</exception>
    public static T Read<T>(byte[] json)
        where T : class =>
        JsonSerializer.Deserialize(json, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T))) as T
            ?? throw new InvalidDataException($"A {typeof(T).Name} is null.");
}

/// <summary>A message on its way to another silo.</summary>
[GenerateSerializer, Immutable, Alias("ag.ChatMessage")]
internal readonly record struct ChatMessageBytes([property: Id(0)] byte[] Json);

[RegisterConverter]
internal sealed class ChatMessageCodec : IConverter<ChatMessage, ChatMessageBytes>
{
    public ChatMessage ConvertFromSurrogate(in ChatMessageBytes surrogate) => ChatJson.Read<ChatMessage>(surrogate.Json);

    public ChatMessageBytes ConvertToSurrogate(in ChatMessage value) => new(ChatJson.Write(value));
}

/// <summary>A piece of an answer on its way to another silo.</summary>
[GenerateSerializer, Immutable, Alias("ag.ChatUpdate")]
internal readonly record struct ChatUpdateBytes([property: Id(0)] byte[] Json);

[RegisterConverter]
internal sealed class ChatUpdateCodec : IConverter<ChatResponseUpdate, ChatUpdateBytes>
{
    public ChatResponseUpdate ConvertFromSurrogate(in ChatUpdateBytes surrogate) => ChatJson.Read<ChatResponseUpdate>(surrogate.Json);

    public ChatUpdateBytes ConvertToSurrogate(in ChatResponseUpdate value) => new(ChatJson.Write(value));
}
