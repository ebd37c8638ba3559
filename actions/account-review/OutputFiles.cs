using System.Text;
using Actions.Shared;
using Actions.Shared.Hosting;

namespace Actions.AccountReview;

/// <summary>Writes files: each is there whole or not at all, without masked values, and the output of its name says where.</summary>
internal sealed class OutputFiles(ActionContext context)
{
    /// <summary>Writes a file beside its place and moves it there; does nothing when no path is given.</summary>
    /// <exception cref="ActionException">It cannot be written.</exception>
    public void Write(string option, string file, string text)
    {
        if (file.Length == 0)
        {
            return;
        }

        var path = Path.GetFullPath(file, context.WorkingDirectory);
        var draft = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(draft, context.Secrets.Redact(text), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }

            throw new ActionException($"Cannot write {file}", e.Message, $"Give `{option}` a path that can be written.", inner: e);
        }
    }
}
