using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>The data are there, and nothing in them is passed over in silence.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class TrajectoryFileTests
{
    [TestMethod]
    public void Own_folder_holds_131_trajectories()
    {
        string[] files = Directory.GetFiles(TrajectoryFolder.BesideProgram, "*.json");
        Assert.HasCount(131, files.Where(path => TrajectoryFile.KindOf(path) == "trajectory"));
    }

    [TestMethod]
    [DataRow("_configs.json", "config")]
    [DataRow("_errors.json", "errors")]
    [DataRow("_schedule_tables.json", "schedule_table")]
    public void Side_file_is_there_and_no_trajectory(string name, string kind)
    {
        Assert.AreEqual(kind, TrajectoryFile.KindOf(Path.Combine(TrajectoryFolder.BesideProgram, name)));
    }

    [TestMethod]
    [DataRow("\"beta_1\":0.5", "\"beta_3\":0.5", DisplayName = "unknown option")]
    [DataRow("\"actions\":[", "\"actions\":[{\"op\":\"finalize\"},", DisplayName = "action without a result")]
    [DataRow("\"seed\":", "\"seed\"", DisplayName = "no JSON")]
    public void Damaged_file_is_refused_by_name(string sound, string damaged)
    {
        string text = File.ReadAllText(Path.Combine(TrajectoryFolder.BesideProgram, "beta_1.json"));
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.json");
        File.WriteAllText(path, text.Replace(sound, damaged, StringComparison.Ordinal));
        try
        {
            Assert.AreNotEqual(text, File.ReadAllText(path));
            var refusal = Assert.ThrowsExactly<InvalidDataException>(() => TrajectoryFile.Load(path));
            Assert.Contains(path, refusal.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
