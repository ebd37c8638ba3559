using System.Text.RegularExpressions;

namespace Actions.Shared.Images;

/// <summary>Reads the words <c>key=value</c> that may stand behind an image in an option.</summary>
public static partial class ImageWords
{
    /// <summary>What stands before the first of the words, and the words.</summary>
    /// <param name="text">The whole line.</param>
    /// <param name="keys">The keys that are known.</param>
    /// <exception cref="FormatException">A word has no value, stands twice, or something else stands among them.</exception>
    public static (string Head, IReadOnlyDictionary<string, string> Words) Split(string text, params string[] keys)
    {
        ArgumentNullException.ThrowIfNull(text);
        var start = Word().Matches(text).FirstOrDefault(m => keys.Contains(m.Groups["key"].Value))?.Index ?? text.Length;
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in text[start..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var split = word.IndexOf('=', StringComparison.Ordinal);
            if (split < 0 || split == word.Length - 1 || !keys.Contains(word[..split]) || !words.TryAdd(word[..split], word[(split + 1)..]))
            {
                throw new FormatException($"Behind the image only {string.Join(", ", keys.Select(k => k + "=…"))} may stand, each once.");
            }
        }

        return (text[..start].Trim(), words);
    }

    /// <summary>Reads the name of a Flux image policy, <c>namespace:name</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static string Marker(string text) => Policy().IsMatch(text) ? text : throw new FormatException("Write a marker as the files do: namespace:name.");

    [GeneratedRegex(@"\s(?<key>[a-z-]+)=", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"^[a-z0-9.-]+:[a-z0-9.-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Policy();
}
